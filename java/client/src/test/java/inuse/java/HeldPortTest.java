package inuse.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeldPortTest {
  @Test
  void aServerStartsThereWhileItIsHeld() throws IOException {
    try (HeldPort held = HeldPort.take();
        ServerSocket server = new ServerSocket(held.port());
        Socket client = new Socket(InetAddress.getLoopbackAddress(), held.port());
        Socket accepted = server.accept()) {
      assertThat(held.isKept()).isTrue();
      assertThat(accepted.getLocalPort()).isEqualTo(held.port());
      assertThat(client.isConnected()).isTrue();
    }
  }

  @Test
  void theServerMayOutliveIt() throws IOException {
    HeldPort held = HeldPort.take();
    try (ServerSocket server = new ServerSocket(held.port())) {
      held.close();
      held.close();
      assertThat(held.isKept()).isFalse();
      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), held.port())) {
        assertThat(client.isConnected()).isTrue();
      }
      assertThat(server.isBound()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "127.0.0.1", "::", "::1"})
  void aServerWithoutTheOptionIsRefusedInBothFamilies(String address) throws IOException {
    InetAddress at = InetAddress.getByName(address);
    try (HeldPort held = HeldPort.take();
        SocketChannel plain = SocketChannel.open()) {
      assertThatThrownBy(() -> plain.bind(new InetSocketAddress(at, held.port())))
          .isInstanceOf(BindException.class);
    }
  }

  /** Two sockets with SO_REUSEADDR could be bound to one port: it must not be held twice. */
  @Test
  void itIsHeldByOneAlone() {
    try (HeldPort held = HeldPort.take()) {
      assertThatThrownBy(() -> HeldPort.take(held.port()))
          .isInstanceOf(UncheckedIOException.class)
          .hasCauseInstanceOf(BindException.class)
          .hasMessageContaining(
              "port %s cannot be held: Address already in use; %s is free for a server that sets"
                  + " SO_REUSEADDR only: java (pid %s",
              held.port(), held.port(), ProcessHandle.current().pid());
    }
  }

  @Test
  void aNamedPortIsTakenWhereItIsFree() {
    int port;
    try (HeldPort held = HeldPort.take()) {
      port = held.port();
    }
    try (HeldPort held = HeldPort.take(port)) {
      assertThat(held.port()).isEqualTo(port);
      assertThat(held).hasToString(String.valueOf(port));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 65536})
  void whatIsNoPortIsRefused(int number) {
    assertThatThrownBy(() -> HeldPort.take(number)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void severalAreDifferentAndGivenUpTogether() throws IOException {
    int[] ports;
    try (HeldPorts held = HeldPorts.take(50)) {
      ports = held.ports();
      assertThat(Arrays.stream(ports).distinct()).hasSize(50);
      assertThat(held.port(7)).isEqualTo(ports[7]);
      assertThat(held.held()).allMatch(HeldPort::isKept);
    }
    for (int port : ports) {
      try (SocketChannel plain = SocketChannel.open()) {
        plain.bind(new InetSocketAddress(port));
      }
    }
    assertThatThrownBy(() -> HeldPorts.take(0)).isInstanceOf(IllegalArgumentException.class);
  }

  /** What the kernel has of it: bound with SO_REUSEADDR in both families, and not listening. */
  @Test
  void theExecutableSeesWhatItIs() throws InuseException {
    try (HeldPort held = HeldPort.take()) {
      Diagnosis diagnosis = Inuse.ask(String.valueOf(held.port()));

      assertThat(diagnosis.verdict()).isEqualTo(Verdict.FREE_WITH_REUSEADDR);
      assertThat(diagnosis.causes())
          .singleElement()
          .satisfies(cause -> {
            assertThat(cause.id()).isEqualTo("bound-not-listening");
            assertThat(cause.summary()).contains("[::]:" + held.port());
          });
      assertThat(diagnosis.holders().stream().map(Holder::pid))
          .containsExactly(ProcessHandle.current().pid());
    }
  }

  /** Of the 14 ports of the range, all others are used up before a bind or a connect is refused. */
  @Test
  void noBindToPortZeroAndNoConnectIsGivenItHoweverFewAreLeft() throws Exception {
    Fork.Ended ended =
        new Fork()
            .in(
                "ip link set lo up;"
                    + " echo '40000 40013' >/proc/sys/net/ipv4/ip_local_port_range")
            .run("exhaust", "40003", "40008");

    List<Integer> others = new ArrayList<>();
    for (int port = 40000; port <= 40013; port++) {
      others.add(port);
    }
    others.removeAll(List.of(40003, 40008));
    assertThat(ended.output())
        .isEqualTo("bound " + others + "\nconnected " + others + "\nheld [true, true]\n");
  }

  @Test
  void freePortsAreChosenOutsideTheRangeOfClientsFirst() {
    List<Integer> order = order("32768\t60999\n", "61000,61500-62000\n");
    assertThat(order).hasSize(65536 - 1024).doesNotHaveDuplicates();
    int dynamic = 65535 - 61000 - 501;
    assertThat(order.subList(0, dynamic)).allMatch(port -> port > 61000);
    assertThat(order.subList(0, dynamic)).noneMatch(port -> port >= 61500 && port <= 62000);
    int others = 32768 - 1024;
    assertThat(order.subList(dynamic, dynamic + others)).allMatch(port -> port < 32768);
    assertThat(order.subList(dynamic + others, order.size())).contains(32768, 61000, 61500, 60999);
    assertThat(order("", "")).hasSize(65536 - 1024);
    assertThat(order("9 1", "70000-99999")).hasSize(65536 - 1024);
  }

  @Test
  void theSearchBeginsSomewhereElseEachTime() {
    Set<Integer> first = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      first.add(order("32768 60999", "").get(0));
    }
    assertThat(first).hasSizeGreaterThan(7);
  }

  private static List<Integer> order(String ephemeral, String reserved) {
    return FreePorts.order(ephemeral, reserved).boxed().toList();
  }
}
