package inuse.core.ask.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.ask.holders.Planted;
import inuse.core.evidence.Container;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortProxy;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.SocketBuilder;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.io.Host;
import inuse.kernel.fake.FakeKernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forwarders of container engines, real ones and processes that merely call themselves so. */
final class PortProxiesTest {
  private static final String ID = "0123456789abcdef".repeat(4);
  private static final String OTHER = "fedcba9876543210".repeat(4);
  private static final String DOCKER = "/run/docker.sock";
  private static final String PODMAN = "/run/podman/podman.sock";
  private static final String ALICES_DOCKER = "/run/user/1000/docker.sock";
  private static final String ALICES_PODMAN = "/run/user/1000/podman/podman.sock";
  private static final Speaker ALICE = Speaker.of(new Uid(1000));

  private final FakeKernel kernel = new FakeKernel().user(0);
  private final Planted planted = new Planted(kernel);
  private final List<String> asked = new ArrayList<>();

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  private Optional<Statement<PortProxy>> proxy(HolderBuilder holder) {
    return complete(holder).holders().getFirst().supervision().proxy();
  }

  private SupervisionLookup.Complete complete(HolderBuilder holder) {
    return new SupervisionLookup(Host.of(kernel))
        .complete(
            new PortTarget(Protocol.TCP, Optional.empty(), new Port(8080)),
            List.of(),
            List.of(SocketBuilder.listener().at("127.0.0.3").inode(7).build()),
            List.of(holder.holds(3, 7).build()));
  }

  /** A process with pid 900 that runs that file. */
  private HolderBuilder runs(long uid, String file, String... arguments) {
    planted.process(900, uid, file);
    List<String> words = new ArrayList<>(List.of(file));
    words.addAll(Arrays.asList(arguments));
    return HolderBuilder.holder(900, "x")
        .owner(uid, "x")
        .executable(file)
        .arguments(words.toArray(new String[0]));
  }

  private HolderBuilder dockerProxy(long uid, String file, String address) {
    return runs(
        uid,
        file,
        "-proto",
        "tcp",
        "-host-ip",
        address,
        "-host-port",
        "8080",
        "-container-ip",
        "172.17.0.2",
        "-container-port",
        "80");
  }

  private HolderBuilder conmon(long uid, String file) {
    return runs(uid, file, "--api-version", "1", "-c", ID, "-u", ID, "-n", "web");
  }

  private static String http(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  private static String listed(String id, String address, String within) {
    return "{\"Id\":\"%s\",\"Ports\":[{\"IP\":\"%s\",\"PrivatePort\":80,\"PublicPort\":8080,\"Type\":\"tcp\"}],"
            .formatted(id, address)
        + "\"NetworkSettings\":{\"Networks\":{\"bridge\":{\"IPAddress\":\"%s\"}}}}"
            .formatted(within);
  }

  private static String container(String id, String address) {
    return listed(id, address, "");
  }

  private void engine(String socket, long uid, String... containers) {
    kernel.server(
        socket,
        uid,
        request -> {
          asked.add(socket);
          String id = request.replaceAll("(?s)GET /containers/([^ /]*)[ /].*", "$1");
          return Optional.of(
              http(
                  request.startsWith("GET /containers/json")
                      ? "[" + String.join(",", containers) + "]"
                      : "{\"Id\":\"" + id + "\"}"));
        });
  }

  private static Optional<String> id(Optional<Statement<PortProxy>> proxy) {
    return proxy.flatMap(one -> one.content().container()).map(Container::id);
  }

  @Test
  void rootsForwarderIsAskedAboutInRootsEngine() {
    planted.program("/usr/bin/docker-proxy", 0);
    engine(DOCKER, 0, container(ID, "127.0.0.3"));
    engine(ALICES_DOCKER, 1000, container(OTHER, "127.0.0.3"));

    Optional<Statement<PortProxy>> proxy =
        proxy(dockerProxy(0, "/usr/bin/docker-proxy", "127.0.0.3"));

    assertThat(id(proxy)).contains(ID);
    assertThat(proxy.map(Statement::speaker)).contains(Speaker.ROOT);
    assertThat(asked).containsOnly(DOCKER);
  }

  @Test
  void ofTwoContainersOnTwoAddressesTheOneOfThatAddressIsMeant() {
    planted.program("/usr/bin/docker-proxy", 0);
    engine(DOCKER, 0, container(OTHER, "127.0.0.2"), container(ID, "127.0.0.3"));

    assertThat(id(proxy(dockerProxy(0, "/usr/bin/docker-proxy", "127.0.0.3")))).contains(ID);
    assertThat(id(proxy(dockerProxy(0, "/usr/bin/docker-proxy", "127.0.0.2")))).contains(OTHER);
    assertThat(id(proxy(dockerProxy(0, "/usr/bin/docker-proxy", "0.0.0.0")))).isEmpty();
  }

  /** So many containers with labels, of which the last is the one at 127.0.0.3. */
  private void busyEngine(int count) {
    String labels = "{\"Labels\":{\"of\":\"" + "x".repeat(1500) + "\"},";
    String[] containers = new String[count];
    for (int i = 0; i < count; i++) {
      boolean last = i == count - 1;
      String address = last ? "127.0.0.3" : "127.1.%d.%d".formatted(i / 250, 1 + i % 250);
      containers[i] = labels + container(last ? ID : "%064x".formatted(i), address).substring(1);
    }
    planted.program("/usr/bin/docker-proxy", 0);
    engine(DOCKER, 0, containers);
  }

  @Test
  void ofFiveHundredContainersTheOneOfThatAddressIsMeant() {
    busyEngine(500);

    SupervisionLookup.Complete complete =
        complete(dockerProxy(0, "/usr/bin/docker-proxy", "127.0.0.3"));

    assertThat(id(complete.holders().getFirst().supervision().proxy())).contains(ID);
    assertThat(complete.gaps()).isEmpty();
  }

  @Test
  void anAnswerOfFiveThousandIsTooLongAndSaidToBe() {
    busyEngine(5000);

    SupervisionLookup.Complete complete =
        complete(dockerProxy(0, "/usr/bin/docker-proxy", "127.0.0.3"));

    assertThat(id(complete.holders().getFirst().supervision().proxy())).isEmpty();
    assertThat(complete.gaps()).singleElement().asString().contains(DOCKER, "TOO");
  }

  @Test
  void aContainerThatHasAnotherAddressInsideIsNotMeant() {
    planted.program("/usr/bin/docker-proxy", 0);
    engine(
        DOCKER, 0, listed(OTHER, "127.0.0.3", "172.17.0.9"), listed(ID, "127.0.0.3", "172.17.0.2"));

    assertThat(id(proxy(dockerProxy(0, "/usr/bin/docker-proxy", "127.0.0.3")))).contains(ID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker-proxy", "rootlesskit-docker-proxy"})
  void anotherUsersFileIsNoForwarderWhoeverRunsIt(String name) {
    planted.program("/home/alice/" + name, 1000);
    engine(DOCKER, 0, container(ID, "127.0.0.3"));

    assertThat(proxy(dockerProxy(1000, "/home/alice/" + name, "127.0.0.3"))).isEmpty();
    assertThat(proxy(dockerProxy(0, "/home/alice/" + name, "127.0.0.3"))).isEmpty();
    assertThat(asked).isEmpty();
  }

  @Test
  void rootsFileThatAnotherUserRunsIsAskedAboutInThatUsersEngineAlone() {
    planted.program("/usr/bin/docker-proxy", 0);
    engine(DOCKER, 0, container(ID, "127.0.0.3"));
    HolderBuilder holder = dockerProxy(1000, "/usr/bin/docker-proxy", "127.0.0.3");

    assertThat(proxy(holder)).isEmpty();
    assertThat(asked).isEmpty();
    engine(ALICES_DOCKER, 1000, container(OTHER, "127.0.0.3"));
    assertThat(id(proxy(holder))).contains(OTHER);
    assertThat(proxy(holder).map(Statement::speaker)).contains(ALICE);
    assertThat(asked).containsOnly(ALICES_DOCKER);
  }

  @ParameterizedTest
  @CsvSource({
    "/run/docker.sock, 1000",
    "/run/user/1000/docker.sock, 0",
    "/run/user/1000/docker.sock, 1001"
  })
  void anEngineOfAnotherUserAtThatPlaceIsNone(String socket, long owner) {
    planted.program("/usr/bin/docker-proxy", 0);
    engine(socket, owner, container(ID, "127.0.0.3"));
    long uid = socket.equals(DOCKER) ? 0 : 1000;

    assertThat(id(proxy(dockerProxy(uid, "/usr/bin/docker-proxy", "127.0.0.3")))).isEmpty();
    assertThat(asked).isEmpty();
  }

  @Test
  void whatAnyUserMayStartAsRootIsNoForwarder() {
    planted.file("/usr/bin/docker-proxy", 0, 04755);
    engine(DOCKER, 0, container(ID, "127.0.0.3"));

    assertThat(proxy(dockerProxy(0, "/usr/bin/docker-proxy", "127.0.0.3"))).isEmpty();
    assertThat(asked).isEmpty();
  }

  @Test
  void conmonNamesItsContainerWithoutAnyApi() {
    planted.program("/usr/bin/conmon", 0);

    Statement<PortProxy> proxy = proxy(conmon(0, "/usr/bin/conmon")).orElseThrow();

    Container container = proxy.content().container().orElseThrow();
    assertThat(container.engine()).isEqualTo(Container.Engine.PODMAN);
    assertThat(container.details().orElseThrow().name()).contains("web");
    assertThat(proxy.speaker()).isEqualTo(Speaker.ROOT);
  }

  @Test
  void anotherUsersConmonSpeaksForThatUsersPodman() {
    planted.program("/usr/bin/conmon", 0);
    engine(PODMAN, 0, container(ID, "127.0.0.3"));

    Statement<PortProxy> proxy = proxy(conmon(1000, "/usr/bin/conmon")).orElseThrow();

    assertThat(proxy.speaker()).isEqualTo(ALICE);
    assertThat(proxy.content().asked()).isFalse();
    assertThat(asked).isEmpty();
  }

  @Test
  void anotherUsersFileIsNoConmonUnlessThatUsersPodmanKnowsTheContainer() {
    planted.program("/home/alice/conmon", 1000);
    engine(PODMAN, 0, container(ID, "127.0.0.3"));
    HolderBuilder holder = conmon(1000, "/home/alice/conmon");

    assertThat(proxy(holder)).isEmpty();
    assertThat(proxy(conmon(0, "/home/alice/conmon"))).isEmpty();
    assertThat(asked).isEmpty();
    planted.process(900, 1000, "/home/alice/conmon");
    engine(ALICES_PODMAN, 1000, container(ID, "127.0.0.3"));
    assertThat(proxy(holder).map(Statement::speaker)).contains(ALICE);
  }

  @ParameterizedTest
  @CsvSource({
    "rootlessport, ''",
    "slirp4netns, /run/user/1000/netns/netns-1",
    "pasta, /run/user/1000/netns/netns-1",
    "pasta.avx2, /run/user/1000/netns/netns-1"
  })
  void anotherUsersForwarderCountsWhereThatUsersPodmanKnowsTheContainer(
      String name, String argument) {
    planted.program("/usr/bin/" + name, 0);
    engine(PODMAN, 0, container(ID, "127.0.0.3"));
    HolderBuilder holder = runs(1000, "/usr/bin/" + name, argument);

    assertThat(proxy(holder)).isEmpty();
    assertThat(asked).isEmpty();
    engine(ALICES_PODMAN, 1000, container(OTHER, "127.0.0.2"), container(ID, "127.0.0.3"));
    assertThat(id(proxy(holder))).contains(ID);
  }

  @Test
  void theAskersOwnForwarderCountsAlsoWhereItsPodmanIsSilent() {
    kernel.user(1000);
    planted.program("/home/alice/bin/rootlessport", 1000);

    Statement<PortProxy> proxy = proxy(runs(1000, "/home/alice/bin/rootlessport")).orElseThrow();

    assertThat(proxy.speaker()).isEqualTo(ALICE);
    assertThat(proxy.content().container()).isEmpty();
  }

  @Test
  void theArgumentsMustBeThoseThatTheEnginePasses() {
    planted.program("/usr/bin/docker-proxy", 0);

    assertThat(proxy(runs(0, "/usr/bin/docker-proxy"))).isEmpty();
    assertThat(proxy(runs(0, "/usr/bin/docker-proxy", "-proto", "tcp", "-host-port", "81")))
        .isEmpty();
  }

  private static String idle(String id, String name, String state) {
    return "{\"Id\":\"%s\",\"Names\":[\"/%s\"],\"State\":\"%s\",\"Ports\":[]}"
        .formatted(id, name, state);
  }

  private static String bindings(String address, String port) {
    return "\"PortBindings\":{\"80/tcp\":[{\"HostIp\":\"%s\",\"HostPort\":\"%s\"}]}"
        .formatted(address, port);
  }

  /**
   * An engine with no container that runs, which tells of a single one what is given, if it does.
   */
  private void idleEngine(Optional<String> one, String... containers) {
    planted.program("/usr/bin/docker-proxy", 0);
    kernel.server(
        DOCKER,
        0,
        request -> {
          if (request.startsWith("GET /containers/json ")) {
            return Optional.of(http("[]"));
          }
          if (request.startsWith("GET /containers/json?all=1 ")) {
            return Optional.of(http("[" + String.join(",", containers) + "]"));
          }
          return request.startsWith("GET /info ")
              ? Optional.of(http("{\"DockerRootDir\":\"/srv/docker\"}"))
              : one.map(PortProxiesTest::http);
        });
  }

  private PortProxy ofDocker() {
    return proxy(dockerProxy(0, "/usr/bin/docker-proxy", "127.0.0.3")).orElseThrow().content();
  }

  private static String told(String state, String bindings) {
    return "{\"Id\":\"%s\",\"Name\":\"/web\",\"State\":{\"Status\":\"%s\"},\"HostConfig\":{%s}}"
        .formatted(ID, state, bindings);
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.3, 8080", "'', 8080", "127.0.0.3, ''"})
  void aContainerThatIsStartingHasNotGoneThoughItsEngineIsBusyWithIt(String address, String port) {
    idleEngine(Optional.empty(), idle(ID, "web", "exited"));
    kernel.file(
        "/srv/docker/containers/" + ID + "/hostconfig.json", "{" + bindings(address, port) + "}");

    PortProxy proxy = ofDocker();

    assertThat(proxy.container().flatMap(Container::details).flatMap(Container.Details::name))
        .contains("web");
    assertThat(proxy.left()).isFalse();
  }

  @Test
  void whereNobodyTellsWhatABusyContainerPublishesNoneHasGone() {
    idleEngine(Optional.empty(), idle(ID, "web", "created"));

    assertThat(ofDocker().container()).isEmpty();
    assertThat(ofDocker().left()).isFalse();
  }

  @Test
  void aContainerThatBeganToRunMeanwhileIsTheOne() {
    idleEngine(
        Optional.of(told("running", bindings("127.0.0.3", "8080"))), idle(ID, "web", "created"));

    assertThat(ofDocker().container().map(Container::id)).contains(ID);
    assertThat(ofDocker().left()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "exited, 127.0.0.3, 8080, true",
    "exited, 127.0.0.2, 8080, false",
    "exited, 127.0.0.3, 8081, false",
    "exited, 127.0.0.3, '', false"
  })
  void whatAContainerThatHasEndedLeftBehindIsNamedByIt(
      String state, String address, String port, boolean named) {
    idleEngine(Optional.of(told(state, bindings(address, port))), idle(ID, "web", state));

    PortProxy proxy = ofDocker();

    assertThat(proxy.left()).isTrue();
    assertThat(proxy.container().map(Container::id).isPresent()).isEqualTo(named);
  }

  private HolderBuilder dockerd() {
    planted.program("/usr/bin/dockerd", 0);
    return runs(0, "/usr/bin/dockerd", "--userland-proxy=false");
  }

  @Test
  void whatDockerdHoldsItselfIsTheContainersThatPublishedItThere() {
    engine(DOCKER, 0, container(OTHER, "127.0.0.2"), container(ID, "127.0.0.3"));
    assertThat(id(proxy(dockerd()))).contains(ID);

    engine(DOCKER, 0, container(OTHER, "127.0.0.2"));
    assertThat(proxy(dockerd())).isEmpty();
  }

  @Test
  void whatDockerdHoldsForASwarmIsTheServices() {
    kernel.server(
        DOCKER,
        0,
        request ->
            Optional.of(
                http(
                    request.startsWith("GET /services ")
                        ? "[{\"Spec\":{\"Name\":\"shop\"},\"Endpoint\":{\"Ports\":[{\"Protocol\":\"tcp\","
                              + "\"TargetPort\":80,\"PublishedPort\":8080}]}}]"
                        : "[]")));

    PortProxy proxy = proxy(dockerd()).orElseThrow().content();

    assertThat(proxy.service()).contains("shop");
    assertThat(proxy.containerPort()).contains(new Port(80));
    assertThat(proxy.left()).isFalse();
  }

  private void podmanCommand(String printed) {
    kernel.file("/dev/null", "");
    kernel.program("/usr/bin/podman", line -> Optional.of(printed));
  }

  private static String ofPodman(String id, String address) {
    return "[{\"Id\":\"%s\",\"Names\":[\"web\"],\"State\":\"running\",\"Ports\":[{\"host_ip\":\"%s\","
            .formatted(id, address)
        + "\"host_port\":8080,\"container_port\":80,\"protocol\":\"tcp\"}]}]";
  }

  @Test
  void podmanWithoutItsApiIsAskedWhetherTheContainerStillExists() {
    planted.program("/usr/bin/conmon", 0);
    podmanCommand(ofPodman(ID, ""));
    assertThat(proxy(conmon(0, "/usr/bin/conmon")).orElseThrow().content().left()).isFalse();

    podmanCommand(ofPodman(OTHER, ""));
    assertThat(proxy(conmon(0, "/usr/bin/conmon")).orElseThrow().content().left()).isTrue();

    podmanCommand("garbage");
    assertThat(proxy(conmon(0, "/usr/bin/conmon")).orElseThrow().content().left()).isFalse();
  }

  @Test
  void rootlessportLeadsToItsContainerByPodmansCommand() {
    planted.program("/usr/bin/rootlessport", 0);
    podmanCommand(ofPodman(ID, "127.0.0.3"));

    Optional<Statement<PortProxy>> proxy = proxy(runs(0, "/usr/bin/rootlessport"));
    assertThat(id(proxy)).contains(ID);
    assertThat(
            proxy
                .flatMap(one -> one.content().container())
                .flatMap(Container::details)
                .flatMap(Container.Details::name))
        .contains("web");
    assertThat(kernel.spawned()).containsExactly("podman ps --all --no-trunc --format json");
  }
}
