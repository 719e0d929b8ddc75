"""The pictures of the README, and the camera that takes them and those of the tests."""
