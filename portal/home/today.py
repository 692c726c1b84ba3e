"""Today."""


def dashboard(request, context):
    return context
