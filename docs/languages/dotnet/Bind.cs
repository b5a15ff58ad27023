using System;
using System.Net;
using System.Net.Sockets;

static class Bind {
    static int Main() {
        try {
            // [snippet]
            var listener = new TcpListener(IPAddress.Any, 8080);
            listener.Start();
            // [end]
            Console.WriteLine("bound");
            return 0;
        } catch (SocketException e) {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }
}
