package inuse.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpServer;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.undertow.Undertow;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.startup.Tomcat;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.web.server.PortInUseException;

/** What the real libraries throw where a port is taken: the port, where their message has it. */
class FrameworksTest {
  private static final String HOST = "127.0.0.1";

  @TempDir private Path directory;
  private Optional<ServerSocket> holder = Optional.empty();
  private int port;

  @BeforeEach
  void take() throws IOException {
    ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    holder = Optional.of(socket);
    port = socket.getLocalPort();
  }

  @AfterEach
  void release() throws IOException {
    if (holder.isPresent()) {
      holder.get().close();
    }
  }

  @Test
  void jettyNamesAddressAndPort() throws Exception {
    Server server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    try {
      namesIt(server::start);
    } finally {
      server.stop();
    }
  }

  @Test
  void grpcNamesAddressAndPort() {
    namesIt(() ->
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .build()
            .start()
            .shutdownNow());
  }

  @Test
  void tomcatNamesNone() {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(directory.toString());
    tomcat.setPort(port);
    tomcat.getConnector().setProperty("address", HOST);
    tomcat.getConnector().setThrowOnFailure(true);
    tomcat.getHost();
    namesNone(() -> {
      try {
        tomcat.start();
      } finally {
        tomcat.destroy();
      }
    });
  }

  @Test
  void nettyNamesNone() throws InterruptedException {
    MultiThreadIoEventLoopGroup group =
        new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try {
      namesNone(() ->
          new ServerBootstrap()
              .group(group)
              .channel(NioServerSocketChannel.class)
              .childHandler(new ChannelInboundHandlerAdapter())
              .bind(HOST, port)
              .sync());
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
  }

  @Test
  void undertowNamesNone() {
    Undertow undertow = Undertow.builder().addHttpListener(port, HOST).build();
    try {
      namesNone(undertow::start);
    } finally {
      undertow.stop();
    }
  }

  @Test
  void vertxNamesNone() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      namesNone(() -> {
        try {
          vertx
              .createHttpServer()
              .requestHandler(request -> request.response().end())
              .listen(port, HOST)
              .toCompletionStage()
              .toCompletableFuture()
              .get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
          throw Optional.ofNullable(e.getCause()).orElse(e);
        }
      });
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void springBootNamesThePort() throws IOException {
    Throwable refused =
        catchThrowable(() -> new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close());
    Explanation explanation =
        Inuse.explain(
            catchThrowable(() ->
                PortInUseException.throwIfPortBindingException((Exception) refused, () -> port)));

    assertThat(explanation.kind()).isEqualTo(Explanation.Kind.EXPLAINED);
    assertThat(explanation.target()).hasValue(String.valueOf(port));
    assertThat(explanation.text()).contains("pid " + ProcessHandle.current().pid());
  }

  @Test
  void theJdkNamesNone() throws IOException {
    SocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    namesNone(() -> new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close());
    namesNone(() -> {
      try (ServerSocketChannel channel = ServerSocketChannel.open()) {
        channel.bind(address);
      }
    });
    namesNone(() ->
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1)
            .stop(0));
    try (DatagramSocket first =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      namesNone(() -> new DatagramSocket(first.getLocalPort(), first.getLocalAddress()).close());
    }
  }

  private void namesIt(ThrowingCallable start) {
    Explanation explanation = Inuse.explain(catchThrowable(start));

    assertThat(explanation.kind()).isEqualTo(Explanation.Kind.EXPLAINED);
    assertThat(explanation.target()).hasValue(HOST + ":" + port);
    assertThat(explanation.text()).contains("pid " + ProcessHandle.current().pid());
  }

  private static void namesNone(ThrowingCallable start) {
    Throwable failure = catchThrowable(start);
    assertThat(failure).isNotNull();
    Explanation explanation = Inuse.explain(failure);

    assertThat(explanation.kind()).as("%s", failure).isEqualTo(Explanation.Kind.NO_PORT);
    assertThat(explanation.text()).contains("no port in the message");
  }
}
