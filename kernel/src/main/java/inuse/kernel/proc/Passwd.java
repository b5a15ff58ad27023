package inuse.kernel.proc;

import java.util.Optional;
import java.util.OptionalLong;

/** Names of users in the text of /etc/passwd (passwd(5)). */
public final class Passwd {
  private Passwd() {}

  /** The uid of that name. */
  public static OptionalLong uid(String passwd, String name) {
    for (String line : Fields.split(passwd, '\n')) {
      String[] fields = Fields.split(line, ':', 4);
      if (fields.length == 4 && fields[0].equals(name) && !name.isEmpty()) {
        return Numeral.decimal(fields[2]);
      }
    }
    return OptionalLong.empty();
  }

  /** The first name with that user id. */
  public static Optional<String> name(String passwd, long uid) {
    String wanted = Long.toString(uid);
    for (String line : Fields.split(passwd, '\n')) {
      String[] fields = Fields.split(line, ':', 4);
      if (fields.length == 4 && fields[2].equals(wanted) && !fields[0].isEmpty()) {
        return Optional.of(fields[0]);
      }
    }
    return Optional.empty();
  }
}
