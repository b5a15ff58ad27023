package inuse.core.ask.input;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What programs print because they could not bind, each as it words it. */
final class BindComplaintTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "Node | Error: listen EADDRINUSE: address already in use :::3000 | [::]:3000",
        "Node, v4 | Error: listen EADDRINUSE: address already in use 127.0.0.1:3000 |"
            + " 127.0.0.1:3000",
        "Node, v6 | Error: listen EADDRINUSE: address already in use ::1:3000 | [::1]:3000",
        "Node, old | Error: listen EADDRINUSE :::8080 | [::]:8080",
        "Node, cluster | Error: bind EADDRINUSE null:8000 | :8000",
        "Node, datagrams | Error: bind EADDRINUSE 0.0.0.0:5353 | udp/0.0.0.0:5353",
        "Node, denied | Error: listen EACCES: permission denied 0.0.0.0:80 | 0.0.0.0:80",
        "Node, unix | Error: listen EADDRINUSE: address already in use /tmp/app.sock |"
            + " /tmp/app.sock",
        "vite | Error: Port 5173 is already in use | :5173",
        "vite, next | Port 5173 is in use, trying another one... | :5173",
        "Next.js | Port 3000 is in use by process 1234, using available port 3001 instead. | :3000",
        "React | Something is already running on port 3000. | :3000",
        "Bun | error: Failed to start server. Is port 3000 in use? | :3000",
        "asyncio | OSError: [Errno 98] error while attempting to bind on address ('127.0.0.1',"
            + " 8000): address already in use | 127.0.0.1:8000",
        "asyncio, v6 | OSError: [Errno 98] error while attempting to bind on address ('::1', 8000,"
            + " 0, 0): address already in use | [::1]:8000",
        "create_server | OSError: [Errno 98] Address already in use (while attempting to bind on"
            + " address ('', 8000)) | :8000",
        "gunicorn | [2026-11-28 10:00:00 +0000] [811] [ERROR] Connection in use: ('0.0.0.0', 8000)"
            + " | 0.0.0.0:8000",
        "Flask | Port 5000 is in use by another program. Either identify and stop that program. |"
            + " :5000",
        "Jupyter | [I 10:00:00.123 NotebookApp] The port 8888 is already in use, trying another"
            + " port. | :8888",
        "Twisted | CannotListenError: Couldn't listen on any:8080: [Errno 98] Address already in"
            + " use. | :8080",
        "Go | listen tcp :8080: bind: address already in use | :8080",
        "Go, with a time | 2026/11/28 10:00:00 listen tcp 127.0.0.1:8080: bind: address already in"
            + " use | 127.0.0.1:8080",
        "Go, v6 | listen tcp6 [::1]:8080: bind: address already in use | [::1]:8080",
        "Go, UDP | listen udp :53: bind: address already in use | udp/:53",
        "Go, denied | listen tcp :80: bind: permission denied | :80",
        "Go, unix | listen unix /run/x/app.sock: bind: address already in use | /run/x/app.sock",
        "Spring | Web server failed to start. Port 8080 was already in use. | :8080",
        "Netty | java.net.BindException: Failed to bind to: /0.0.0.0:8080 | 0.0.0.0:8080",
        "Java, v6 | java.net.BindException: Address already in use: /0:0:0:0:0:0:0:0:8080 |"
            + " [0:0:0:0:0:0:0:0]:8080",
        "Java, v6 in brackets | Address already in use /[0:0:0:0:0:0:0:1]:8080 |"
            + " [0:0:0:0:0:0:0:1]:8080",
        "Jetty | java.io.IOException: Failed to bind to 0.0.0.0/0.0.0.0:8080 | 0.0.0.0:8080",
        "Tomcat | java.net.BindException: Address already in use (Bind failed) <null>:8080 | :8080",
        "Tomcat, handler | Failed to initialize end point associated with ProtocolHandler"
            + " [\"http-nio-8080\"] java.net.BindException: Address already in use | :8080",
        "JMX | java.rmi.server.ExportException: Port already in use: 7199; nested exception is |"
            + " :7199",
        "Kafka | Socket server failed to bind to localhost:9092: Address already in use. |"
            + " localhost:9092",
        "Elasticsearch | BindHttpException[Failed to bind to 9200]; nested: BindException[Address"
            + " already in use] | :9200",
        "Quarkus | Port(s) already bound: 8080: Address already in use | :8080",
        "Ruby | Address already in use - bind(2) for \"127.0.0.1\" port 3000 (Errno::EADDRINUSE) |"
            + " 127.0.0.1:3000",
        "WEBrick | Address already in use - bind(2) for 127.0.0.1:8000 (Errno::EADDRINUSE) |"
            + " 127.0.0.1:8000",
        "unicorn | adding listener failed addr=0.0.0.0:8080 (in use) | 0.0.0.0:8080",
        "PHP | Failed to listen on 127.0.0.1:8000 (reason: Address already in use) |"
            + " 127.0.0.1:8000",
        "PHP, stream | stream_socket_server(): Unable to connect to tcp://0.0.0.0:8080 (Address"
            + " already in use) | 0.0.0.0:8080",
        "php-fpm | ERROR: unable to bind listening socket for address '127.0.0.1:9000': Address"
            + " already in use (98) | 127.0.0.1:9000",
        "Rust | error binding to 127.0.0.1:3000: Address already in use (os error 98) |"
            + " 127.0.0.1:3000",
        ".NET | System.IO.IOException: Failed to bind to address http://127.0.0.1:5000: address"
            + " already in use. | 127.0.0.1:5000",
        ".NET, v6 | Failed to bind to address http://[::]:5000: address already in use. |"
            + " [::]:5000",
        "Erlang | Failed to start Ranch listener l in ranch_tcp:listen([{port,8080}]) for reason"
            + " eaddrinuse (address already in use) | :8080",
        "Elixir | in :ranch_tcp:listen([ip: {0, 0, 0, 0}, port: 4000]) for reason :eaddrinuse |"
            + " :4000",
        "Bandit | Running A.Endpoint with Bandit 1.5.0 at http failed, port 4000 already in use |"
            + " :4000",
        "socat | socat[42] E bind(5, {AF=2 0.0.0.0:8080}, 16): Address already in use |"
            + " 0.0.0.0:8080",
        "dnsmasq | dnsmasq: failed to create listening socket for port 53: Address already in use |"
            + " :53",
        "unbound | error: can't bind socket: Address already in use for 127.0.0.1 port 53 |"
            + " 127.0.0.1:53",
        "dovecot | Error: service(imap-login): listen(*, 143) failed: Address already in use |"
            + " :143",
        "exim | socket bind() to port 25 for address 127.0.0.1 failed: Address already in use |"
            + " 127.0.0.1:25",
        "tor | Could not bind to 127.0.0.1:9050: Address already in use. Is Tor already running? |"
            + " 127.0.0.1:9050",
        "sshd | error: Bind to port 22 on 0.0.0.0 failed: Address already in use. | 0.0.0.0:22",
        "ssh -L | bind [127.0.0.1]:8080: Address already in use | 127.0.0.1:8080",
        "squid | commBind Cannot bind socket FD 12 to [::]:3128: (98) Address already in use |"
            + " [::]:3128",
        "nginx | nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use) |"
            + " 0.0.0.0:80",
        "nginx, unix | nginx: [emerg] bind() to unix:/run/n.sock failed (98: Address already in"
            + " use) | unix:/run/n.sock",
        "Apache | (98)Address already in use: AH00072: make_sock: could not bind to address [::]:80"
            + " | [::]:80",
        "HAProxy | [ALERT] 331/100000 (42) : Starting frontend web: cannot bind socket"
            + " [0.0.0.0:80] | 0.0.0.0:80",
        "HAProxy, 2.8 | Binding [/etc/haproxy/haproxy.cfg:10] for frontend web: cannot bind socket"
            + " (Address already in use) for [0.0.0.0:80] | 0.0.0.0:80",
        "Redis | # Warning: Could not create server TCP listening socket *:6379: bind: Address"
            + " already in use | :6379",
        "Redis, all | # Failed listening on port 6379 (TCP), aborting. | :6379",
        "PostgreSQL, unix | LOG:  could not bind Unix address \"/var/run/p/.s.PGSQL.5432\": Address"
            + " already in use | /var/run/p/.s.PGSQL.5432",
        "MySQL | Setup of bind-address: '*' port: 33060 failed, `bind()` failed with error: Address"
            + " already in use (98). | :33060",
        "Docker | Error response from daemon: driver failed programming external connectivity on"
            + " endpoint web (abc): Bind for 0.0.0.0:8080 failed: port is already allocated. |"
            + " 0.0.0.0:8080",
        "Docker, proxy | Error starting userland proxy: listen tcp4 0.0.0.0:8080: bind: address"
            + " already in use. | 0.0.0.0:8080",
        "Docker, 28 | failed to bind host port 0.0.0.0:53/udp: address already in use |"
            + " udp/0.0.0.0:53",
        "Docker, Desktop | Ports are not available: exposing port TCP 0.0.0.0:3306 -> 0.0.0.0:0:"
            + " listen tcp 0.0.0.0:3306: bind: address already in use | 0.0.0.0:3306",
        "Docker, long | failed to bind host port for 0.0.0.0:8080:172.17.0.2:80/tcp: address"
            + " already in use | 0.0.0.0:8080",
        "Podman | Error: rootlessport listen tcp 0.0.0.0:8080: bind: address already in use |"
            + " 0.0.0.0:8080",
        "pasta | Failed to bind port 8080 (Address already in use) for option '-t 8080-8080:80-80'"
            + " | :8080",
        "kubeadm | [ERROR Port-10250]: Port 10250 is in use | :10250",
        "kubelet | \"Failed to listen and serve\" err=\"listen tcp 0.0.0.0:10250: bind: address"
            + " already in use\" | 0.0.0.0:10250",
        "systemd | Nov 28 10:00:00 host systemd[1]: web.socket: Failed to create listening socket"
            + " ([::]:80): Address already in use | [::]:80",
        "systemd, unix | web.socket: Failed to create listening socket (/run/web.sock): Address"
            + " already in use | /run/web.sock",
        "memcached | failed to listen on TCP port 11211: Address already in use | :11211",
        "MongoDB, old | listen(): bind() failed errno:98 Address already in use for socket:"
            + " 127.0.0.1:27017 | 127.0.0.1:27017",
        "JSON | {\"level\":\"error\",\"id\":20568,\"port\":3000,\"code\":\"EADDRINUSE\"} | :3000",
        "a port at the end | bind: address already in use (port 8080) | :8080"
      })
  void theAddressIsFoundWhateverTheWords(String program, String line, String target) {
    assertThat(BindComplaint.isIn(line)).isTrue();
    assertThat(BindComplaint.targets(line)).containsExactly(target);
  }

  @Test
  void ofOneLineAllAddressesOfOnePortCount() {
    assertThat(
            BindComplaint.targets(
                "Unable to listen on port 8080: [unable to create listener: Error listen tcp4"
                    + " 127.0.0.1:8080: bind: address already in use unable to create listener:"
                    + " Error listen tcp6 [::1]:8080: bind: address already in use]"))
        .containsExactly("127.0.0.1:8080", "[::1]:8080");
  }

  @Test
  void postgresNamesAddressAndPortInTwoLines() {
    assertThat(
            BindComplaint.targets(
                """
                LOG:  could not bind IPv4 address "127.0.0.1": Address already in use
                HINT:  Is another postmaster already running on port 5432? If not, wait a few seconds and retry.
                """))
        .containsExactly("127.0.0.1:5432");
  }

  @Test
  void mysqlNamesItsPortInTheLineBehind() {
    assertThat(
            BindComplaint.targets(
                """
                [ERROR] [MY-010262] [Server] Can't start server: Bind on TCP/IP port: Address already in use
                [ERROR] [MY-010257] [Server] Do you already have another mysqld server running on port: 3306 ?
                """))
        .containsExactly(":3306");
  }

  @Test
  void aStackTraceHasNoAddresses() {
    assertThat(
            BindComplaint.targets(
                """
                node:events:495
                      throw er; // Unhandled 'error' event
                Error: listen EADDRINUSE: address already in use :::3000
                    at Server.setupListenHandle [as _listen2] (node:net:1817:16)
                    at Object.<anonymous> (/srv/api/server.js:12:5)
                  code: 'EADDRINUSE',
                  address: '::',
                  port: 3000
                """))
        .containsExactly("[::]:3000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bind: Address already in use",
        "OSError: [Errno 98] Address already in use",
        "java.net.BindException: Address already in use (Bind failed)",
        "Os { code: 98, kind: AddrInUse, message: \"Address already in use\" }",
        "{error,eaddrinuse}",
        "Error: That port is already in use.",
        "Nov 28 10:00:00 host app[81]: Address already in use",
        "{\"s\":\"E\",\"id\":20568,\"attr\":{\"error\":{\"code\":9001,\"errmsg\":\"Address already"
            + " in use\"}}}"
      })
  void aMessageWithoutAPortNamesNothing(String line) {
    assertThat(BindComplaint.isIn(line)).isTrue();
    assertThat(BindComplaint.targets(line)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Server listening on http://localhost:3000",
        "12:34:56 GET /index.html 200",
        "Compiled successfully in 812 ms",
        "connect ECONNREFUSED 127.0.0.1:5432"
      })
  void otherLinesAreNoComplaints(String line) {
    assertThat(BindComplaint.isIn(line)).isFalse();
  }

  @Test
  void oneTextNamesNoMoreThanAFewTargets() {
    StringBuilder text = new StringBuilder();
    for (int port = 8000; port < 8100; port++) {
      text.append("listen tcp :").append(port).append(": bind: address already in use\n");
    }

    assertThat(BindComplaint.targets(text.toString())).hasSize(8).contains(":8007");
  }
}
