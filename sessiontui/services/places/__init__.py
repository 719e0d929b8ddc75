"""Where sessions meet: rooms had made on platforms and kept in step, spare links, passcodes, and looks at links."""
