/* Small comforts. Every page works without this file. */
(function () {
  "use strict";

  // Open menus close on Escape and on a click elsewhere.
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  // What went wrong is read out first, also when only a part of the page was exchanged.
  function focusErrors(root) {
    var summary = root.querySelector(".error-summary");
    if (summary) summary.focus();
  }
  document.addEventListener("DOMContentLoaded", function () { focusErrors(document); });
  document.addEventListener("htmx:afterSwap", function (event) { focusErrors(event.target); });

  // A form that saves itself says so when it could not: no connection, signed out, an error. What was typed stays.
  ["htmx:sendError", "htmx:responseError", "htmx:timeout"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var place = event.detail.target;
      if (!place || !place.dataset.failed) return;
      var note = document.createElement("span");
      note.className = "errorlist";
      note.textContent = place.dataset.failed;
      place.replaceChildren(note);
    });
  });

  // Whoever is not signed in is offered the zone of her device.
  document.querySelectorAll("select[data-own-zone]").forEach(function (select) {
    var own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    var known = Array.prototype.some.call(select.options, function (option) { return option.value === own; });
    if (known) select.value = own;
  });

  // A second click on a submit button does not send the form twice. Forms that htmx sends look after themselves.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.matches("[data-resubmit], [hx-post]")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    window.setTimeout(function () { delete form.dataset.sent; }, 5000);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
})();
