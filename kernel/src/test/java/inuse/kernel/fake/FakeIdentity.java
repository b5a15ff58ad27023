package inuse.kernel.fake;

import static inuse.kernel.abi.Constants.CLONE_NEWNET;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The user and the network namespace of the calling thread. */
final class FakeIdentity {
  /** A bit for each capability. */
  static final int PID = 4242;

  private static final int EINVAL = 22;
  private static final String OWN = "/proc/thread-self/ns/net";

  private final FakeRefusals refusals;
  private final FakeCredentials credentials;
  private final Map<String, Long> namespaces = new LinkedHashMap<>();
  private Optional<Long> namespace = Optional.empty();
  private long uid = 1000;
  private Optional<Long> fileUid = Optional.empty();

  /** SO_NETNS_COOKIE of sockets made here; a negated errno where the kernel has none. */
  long namespaceCookie = 1;

  FakeIdentity(FakeRefusals refusals) {
    this.refusals = refusals;
    credentials = new FakeCredentials(refusals);
  }

  FakeCredentials credentials() {
    return credentials;
  }

  int setUser(long other) {
    int refusal = refusals.of("setresuid", Long.toString(other));
    if (refusal == 0) {
      credentials.became(uid, other);
      uid = other;
    }
    return refusal;
  }

  void user(long effectiveUid) {
    uid = effectiveUid;
  }

  long uid() {
    return uid;
  }

  /** Whose the sockets are that it makes. */
  long fileUid() {
    return fileUid.orElse(uid);
  }

  void setFileUid(long other) {
    fileUid = other == uid ? Optional.empty() : Optional.of(other);
  }

  int setEffectiveUid(long other) {
    int refusal = refusals.of("setresuid", Long.toString(other));
    if (refusal == 0) {
      uid = other;
    }
    return refusal;
  }

  void file(String path, long inode) {
    namespaces.put(path, inode);
  }

  void enter(long inode) {
    namespace = Optional.of(inode);
  }

  /** Zero where no test said. */
  long namespace() {
    return namespace.orElse(0L);
  }

  boolean isOwnFile(String path) {
    return namespace.isPresent() && path.equals(OWN);
  }

  /** The inode of the namespace that a file is of, where it is one. */
  Optional<Long> namespaceOf(String path) {
    return isOwnFile(path) ? namespace : Optional.ofNullable(namespaces.get(path));
  }

  int setNamespace(FakeDescriptor file, int type) {
    int refusal = refusals.of("setns", file.path);
    if (refusal < 0) {
      return refusal;
    }
    if (type != CLONE_NEWNET || file.namespace == 0) {
      return -EINVAL;
    }
    enter(file.namespace);
    return 0;
  }
}
