package inuse.cli.terminal;

import inuse.core.io.Environment;
import java.util.List;
import java.util.Optional;

/** Makes text readable: in the locale's characters, and in lines no wider than a screen. */
final class LocaleText {
  private final Environment environment;

  LocaleText(Environment environment) {
    this.environment = environment;
  }

  /**
   * Text as it can be read on a screen.
   *
   * @param columns how wide that is; zero where it is none
   */
  String shown(String text, int columns) {
    return columns == 0 ? readable(text) : Folding.of(readable(text), columns);
  }

  /**
   * Text with other characters than ASCII spelled out where the locale is not UTF-8 (locale(7)).
   */
  String readable(String text) {
    if (isAscii(text) || isUtf8()) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(one -> {
          if (one < 0x80) {
            out.append((char) one);
          } else {
            out.append("\\u{").append(Integer.toHexString(one)).append('}');
          }
        });
    return out.toString();
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  /** Whether the locale has other characters than ASCII. */
  boolean isUtf8() {
    for (String name : List.of("LC_ALL", "LC_CTYPE", "LANG")) {
      Optional<String> value = environment.value(name).filter(one -> !one.isEmpty());
      if (value.isPresent()) {
        String locale = value.get().replace("-", "");
        return locale.contains("UTF8") || locale.contains("utf8");
      }
    }
    return false;
  }
}
