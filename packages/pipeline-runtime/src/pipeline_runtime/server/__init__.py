"""HTTP: the public API, the control socket, the hand-over of the listener."""
