package inuse.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Tests of users, as {@link Launch} runs them; none is run by itself. */
final class Cases {
  private Cases() {}

  /** As the kernel has it: a bind without SO_REUSEADDR is refused while it is held. */
  static boolean isHeld(int port) {
    try (SocketChannel plain = SocketChannel.open()) {
      plain.bind(new InetSocketAddress(port));
      return false;
    } catch (BindException e) {
      return true;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void serve(int port) throws IOException {
    assertTrue(isHeld(port));
    try (ServerSocket server = new ServerSocket(port)) {
      assertEquals(port, server.getLocalPort());
    }
    assertTrue(isHeld(port));
  }

  /** Every kind of parameter, everywhere; and how long each is held. */
  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  static class Parameters {
    private static final Set<Integer> ALL = new HashSet<>();
    private static final List<Integer> OF_CLASS = new ArrayList<>();
    private static final List<Integer> OF_TEST = new ArrayList<>();
    private final int own;

    Parameters(@HeldPort int own) {
      this.own = own;
      OF_CLASS.add(own);
      assertTrue(ALL.add(own));
    }

    @BeforeAll
    static void first(@HeldPort int port, @HeldPorts(2) int[] more) {
      for (int one : new int[] {port, more[0], more[1]}) {
        OF_CLASS.add(one);
        assertTrue(ALL.add(one));
      }
    }

    @BeforeEach
    void before(@HeldPort int port) throws IOException {
      // Those of the test before are given up, unless they were taken again.
      for (int one : OF_TEST) {
        assertTrue(!isHeld(one) || one == port);
      }
      OF_TEST.clear();
      OF_TEST.add(port);
      serve(port);
    }

    @Test
    @Order(1)
    void numbers(@HeldPort int one, @HeldPort Integer two) throws IOException {
      OF_TEST.addAll(List.of(one, two));
      serve(own);
      serve(one);
      serve(two);
      assertEquals(
          5, new HashSet<>(List.of(own, one, two, OF_TEST.get(0), OF_CLASS.get(0))).size());
    }

    @Test
    @Order(2)
    void several(@HeldPorts(3) int[] three, @HeldPorts(2) inuse.java.HeldPorts two)
        throws IOException {
      assertEquals(3, three.length);
      for (int one : three) {
        OF_TEST.add(one);
        serve(one);
      }
      for (int one : two.ports()) {
        OF_TEST.add(one);
        serve(one);
      }
    }

    @Test
    @Order(3)
    void theThingItself(@HeldPort inuse.java.HeldPort held) {
      OF_TEST.add(held.port());
      assertTrue(held.isKept());
      assertTrue(isHeld(held.port()));
    }

    @AfterEach
    void after(@HeldPort int port) {
      OF_TEST.add(port);
      OF_TEST.forEach(one -> assertTrue(isHeld(one)));
    }

    @AfterAll
    static void last(@HeldPort int port) {
      assertTrue(isHeld(port));
      OF_TEST.forEach(one -> assertTrue(!isHeld(one)));
      OF_CLASS.forEach(one -> assertTrue(isHeld(one)));
      System.out.println("held by the class " + OF_CLASS.size());
    }

    @Nested
    class Inside {
      @Test
      void theOuterOneIsHeldToo(@HeldPort int inner) throws IOException {
        serve(own);
        serve(inner);
      }
    }
  }

  /** What a user does wrong. */
  static class Wrong {
    @Test
    void anotherType(@HeldPort String port) {}

    @Test
    void anArrayForOne(@HeldPort int[] port) {}

    @Test
    void noneOfThem(@HeldPorts(0) int[] ports) {}

    @Test
    void notAnnotated(int port) {}
  }

  /** Failures by refused binds, and others. */
  static class Refused {
    private Optional<ServerSocket> server = Optional.empty();

    /** By then the failure is explained. */
    @AfterEach
    void end() throws IOException {
      if (server.isPresent()) {
        server.get().close();
      }
    }

    @Test
    void theFailureNamesItsPort(@HeldPort int port) throws IOException {
      server = Optional.of(new ServerSocket(port));
      throw new IllegalStateException("Failed to bind to /0.0.0.0:" + port);
    }

    @Test
    void theFailureNamesNoPort(@HeldPort int port) throws IOException {
      server = Optional.of(new ServerSocket(port));
      new ServerSocket(port).close();
    }

    @Test
    void theServerDoesNotSetTheOption(@HeldPort int port) throws IOException {
      try (SocketChannel plain = SocketChannel.open()) {
        plain.bind(new InetSocketAddress(port));
      }
    }

    @Test
    void anotherFailure(@HeldPort int port) {
      throw new IllegalStateException("another failure");
    }
  }

  /** The same without a port of ours. */
  @ExplainRefusedBinds
  static class Explained {
    @BeforeEach
    void fails() throws BindException {
      throw new BindException("Failed to bind to /127.0.0.1:1");
    }

    @Test
    void neverRuns() {}
  }

  /** The same without any annotation of ours. */
  static class Unannotated {
    @Test
    void fails() throws BindException {
      throw new BindException("Failed to bind to /127.0.0.1:1");
    }
  }

  /** In a network namespace of its own, where port 8080 is held or free. */
  @RequiresFreePort({8080, 8081})
  static class NeedsPorts {
    @BeforeAll
    static void before() {
      System.out.println("class begun");
    }

    @Test
    void runs() throws IOException {
      new ServerSocket(8080).close();
      System.out.println("test ran");
    }
  }

  /** The same for one test. */
  static class OneNeedsPort {
    @BeforeEach
    void before() {
      System.out.println("before each");
    }

    @Test
    @RequiresFreePort(8080)
    void needsIt() {
      System.out.println("test ran");
    }

    @Test
    void needsNone() {}
  }

  /** Skipped instead. */
  @RequiresFreePort(value = 8080, skip = true)
  static class SkippedWithoutPort {
    @Test
    void runs() {
      System.out.println("test ran");
    }
  }

  /** A user's own annotation that means one of ours. */
  static class Composed {
    @Test
    void aPortByAnAnnotationOfOnesOwn(@WebPort int port) throws IOException {
      serve(port);
    }
  }

  /** See {@link Composed}. */
  @Retention(RetentionPolicy.RUNTIME)
  @HeldPort
  @interface WebPort {}

  /** Two hundred tests with a held port each, and a gap before the server starts. */
  static class Held {
    @RepeatedTest(200)
    void startsOnAHeldPort(@HeldPort int port) throws IOException {
      Race.gap();
      new ServerSocket(port).close();
    }
  }

  /** The same with a port that was free a moment ago. */
  static class Closed {
    @RepeatedTest(200)
    void startsOnAPortThatWasFree() throws IOException {
      int port;
      try (ServerSocket any = new ServerSocket(0)) {
        port = any.getLocalPort();
      }
      Race.gap();
      new ServerSocket(port).close();
    }
  }
}
