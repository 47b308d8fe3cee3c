"""One module per platform: the shape in which it hands its data over HTTP."""
