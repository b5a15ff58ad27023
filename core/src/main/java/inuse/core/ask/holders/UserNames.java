package inuse.core.ask.holders;

import inuse.core.evidence.Account;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.kernel.CallResult;
import inuse.kernel.proc.Passwd;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.UidMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Users by id, with the names of /etc/passwd, which is read on first use. */
public final class UserNames {
  private final Proc proc;
  private final Map<Long, Account> known = new HashMap<>();
  private Optional<String> passwd = Optional.empty();
  private Optional<UidMap> map = Optional.empty();

  public UserNames(Proc proc) {
    this.proc = proc;
  }

  /**
   * From now on uids are given as another user namespace sees them; accounts stay those of our own.
   */
  public void translate() {
    map =
        Optional.of(
            proc.text("/proc/thread-self/uid_map") instanceof CallResult.Ok<String>(String lines)
                ? UidMap.parse(lines)
                : UidMap.NONE);
  }

  public boolean isTranslating() {
    return map.isPresent();
  }

  /** The uid in our own user namespace. */
  public Uid uid(long told) {
    return new Uid(map.map(one -> one.outside(told)).orElse(told));
  }

  public Account account(long told) {
    long uid = uid(told).number();
    Account account = known.get(uid);
    if (account == null) {
      account = new Account(new Uid(uid), Passwd.name(text(), uid).map(Untrusted::new));
      known.put(uid, account);
    }
    return account;
  }

  private String text() {
    if (passwd.isEmpty()) {
      passwd =
          Optional.of(
              switch (proc.text("/etc/passwd")) {
                case CallResult.Ok<String>(String text) -> text;
                case CallResult.Failed<String> failed -> "";
              });
    }
    return passwd.get();
  }
}
