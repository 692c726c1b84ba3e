"""What people do with places at events: register, wait, change, cancel; and what organisers decide about them."""
