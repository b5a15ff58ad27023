package inuse.core.ask.holders;

import inuse.core.evidence.Account;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.kernel.Answer;
import inuse.kernel.proc.Accounts;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.UserMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Users by id, with the names of /etc/passwd, read when the first one is asked for. */
public final class Accounting {
  private final Proc proc;
  private final Map<Long, Account> known = new HashMap<>();
  private Optional<String> passwd = Optional.empty();
  private Optional<UserMap> map = Optional.empty();

  public Accounting(Proc proc) {
    this.proc = proc;
  }

  /** From now on ids are told as another user namespace sees them; accounts stay those of home. */
  public void translate() {
    map =
        Optional.of(
            proc.text("/proc/thread-self/uid_map") instanceof Answer.Got<String>(String lines)
                ? UserMap.parse(lines)
                : UserMap.NONE);
  }

  public boolean isTranslating() {
    return map.isPresent();
  }

  /** The id as it is at home. */
  public Uid uid(long told) {
    return new Uid(map.map(one -> one.outside(told)).orElse(told));
  }

  public Account account(long told) {
    long uid = uid(told).number();
    Account account = known.get(uid);
    if (account == null) {
      account = new Account(new Uid(uid), Accounts.name(text(), uid).map(Untrusted::new));
      known.put(uid, account);
    }
    return account;
  }

  private String text() {
    if (passwd.isEmpty()) {
      passwd =
          Optional.of(
              switch (proc.text("/etc/passwd")) {
                case Answer.Got<String>(String text) -> text;
                case Answer.Failed<String> failed -> "";
              });
    }
    return passwd.get();
  }
}
