"""The routes of the HTTP API, one file per noun; each calls services and writes down what they answer."""
