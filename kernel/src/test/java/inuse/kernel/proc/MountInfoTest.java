package inuse.kernel.proc;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.proc.MountInfo.Mount;
import org.junit.jupiter.api.Test;

/** The namespaces in /proc/self/mountinfo. */
final class MountInfoTest {
  private static final String REAL =
      """
      22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
      23 22 0:20 / /run rw,nosuid shared:2 - tmpfs tmpfs rw
      240 23 0:20 /netns /run/netns rw,nosuid shared:2 - tmpfs tmpfs rw
      241 240 0:4 net:[4026532184] /run/netns/web rw shared:3 - nsfs nsfs rw
      242 23 0:4 net:[4026532184] /run/netns/web rw shared:3 - nsfs nsfs rw
      243 23 0:4 mnt:[4026532185] /run/snapd/ns/lxd.mnt rw - nsfs nsfs rw
      244 23 0:4 net:[4026532190] /run/docker/netns/0f5c1d rw shared:9 - nsfs nsfs rw
      """;

  @Test
  void everyMountOfANetworkNamespaceIsTold() {
    assertThat(MountInfo.parse(REAL))
        .containsExactly(
            new Mount(4026532184L, "/run/netns/web"),
            new Mount(4026532184L, "/run/netns/web"),
            new Mount(4026532190L, "/run/docker/netns/0f5c1d"));
  }

  @Test
  void whatIsNoSuchMountIsLeftOut() {
    assertThat(MountInfo.parse("")).isEmpty();
    assertThat(MountInfo.parse("1 2 0:4 net:[x] /run/netns/web rw - nsfs nsfs rw")).isEmpty();
    assertThat(MountInfo.parse("1 2 0:4 net:[12]")).isEmpty();
    assertThat(MountInfo.parse("1 2 8:1 / /a net:[12] rw - ext4 x rw\n")).isEmpty();
  }
}
