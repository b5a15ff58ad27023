package inuse.core.ask.holders;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Container;
import inuse.core.evidence.Unit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a control group belongs to. */
final class CgroupOwnerTest {
  private static final String ID = "0123456789abcdef".repeat(4);

  @ParameterizedTest
  @CsvSource({
    "/system.slice/nginx.service, nginx.service, false",
    "/system.slice/system-getty.slice/getty@tty1.service, getty@tty1.service, false",
    "/system.slice/with\\x2ddash.service, with\\x2ddash.service, false",
    "/user.slice/user-1000.slice/user@1000.service/app.slice/web.service, web.service, true",
    "/system.slice/nginx.service/workers, nginx.service, false",
    "/system.slice/nginx.service/sshd.service, nginx.service, false"
  })
  void aServiceIsNamedByItsGroup(String path, String name, boolean user) {
    assertThat(CgroupOwner.unit(path).map(CgroupOwner.Named::owner)).contains(new Unit(name, user));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/init.scope",
        "/user.slice/user-1000.slice/session-3.scope",
        "/user.slice/user-1000.slice/user@1000.service/init.scope",
        "/user.slice/user-1000.slice/user@1000.service",
        "/system.slice/app.socket",
        "/machine.slice/machine-lab.scope/system.slice/nginx.service",
        "/system.slice/nginx.service.d",
        "/system.slice/-h.service",
        "/system.slice/--help.service",
        "/system.slice/a b.service",
        "/system.slice/a;reboot.service",
        "/system.slice/$(reboot).service",
        "/system.slice/\u001b[31m.service",
        "/system.slice/\u00e4.service"
      })
  void aSessionAManagerOrAHostileNameIsNoService(String path) {
    assertThat(CgroupOwner.unit(path)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/system.slice/docker-ID.scope, DOCKER",
    "/docker/ID, DOCKER",
    "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-ID.scope/container, PODMAN",
    "/machine.slice/libpod-ID.scope, PODMAN",
    "/kubepods.slice/kubepods-pod1.slice/cri-containerd-ID.scope, CONTAINERD",
    "/kubepods.slice/crio-ID.scope, CRIO",
    "/docker/ID/system.slice/nginx.service, DOCKER"
  })
  void aContainerIsNamedByItsGroup(String path, Container.Engine engine) {
    assertThat(CgroupOwner.container(path.replace("ID", ID)).map(CgroupOwner.Named::owner))
        .contains(new Container(engine, ID));
  }

  @Test
  void whatIsNotOfSixtyFourHexadecimalDigitsIsNoContainer() {
    assertThat(CgroupOwner.container("/docker/" + ID.substring(1))).isEmpty();
    assertThat(CgroupOwner.container("/docker/" + ID + "0")).isEmpty();
    assertThat(CgroupOwner.container("/docker/g" + ID.substring(1))).isEmpty();
    assertThat(CgroupOwner.container("/docker/" + "A".repeat(64))).isEmpty();
    assertThat(CgroupOwner.container("/elsewhere/" + ID)).isEmpty();
    assertThat(CgroupOwner.container("/system.slice/docker.service")).isEmpty();
    assertThat(CgroupOwner.container("/machine.slice/libpod-conmon-" + ID + ".scope")).isEmpty();
  }
}
