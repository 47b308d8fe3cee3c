"""A synthetic Jiangxi that speaks the real platforms' interfaces over HTTP."""
