"""Says hello on port 8080. Like many a small server it does not set SO_REUSEADDR."""

import socketserver


class Hello(socketserver.StreamRequestHandler):
    def handle(self):
        self.rfile.readline()
        self.wfile.write(b"HTTP/1.0 200 OK\r\n\r\nhello\n")


socketserver.TCPServer(("", 8080), Hello).serve_forever()
