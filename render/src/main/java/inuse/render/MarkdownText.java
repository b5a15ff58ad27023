package inuse.render;

import inuse.kernel.proc.Fields;
import java.util.ArrayList;
import java.util.List;

/** Renders a page for a terminal, from the subset of Markdown that our pages use. */
public final class MarkdownText {
  private static final String CODE = "    ";
  private static final String ITEM = "- ";
  private static final String BOLD = "\u001b[1m";
  private static final String PLAIN = "\u001b[0m";

  private final int columns;
  private final boolean colour;
  private final StringBuilder text = new StringBuilder();

  /** Whether the last word opened a quote that it did not close. */
  private boolean quoted;

  private MarkdownText(int columns, boolean colour) {
    this.columns = columns;
    this.colour = colour;
  }

  /**
   * The page as it is shown.
   *
   * @param markdown headings, paragraphs, items and indented code; text between back quotes is bold
   *     where there is colour. Code is never wrapped
   * @param columns of the terminal
   */
  public static String of(String markdown, int columns, boolean colour) {
    MarkdownText prose = new MarkdownText(columns, colour);
    List<String> paragraph = new ArrayList<>();
    for (String line : Fields.split(markdown, '\n')) {
      boolean code = line.startsWith(CODE);
      boolean begins = line.isEmpty() || line.startsWith("#") || line.startsWith(ITEM) || code;
      if (begins) {
        prose.paragraph(paragraph);
        paragraph.clear();
      }
      if (line.isEmpty()) {
        prose.text.append('\n');
      } else if (line.startsWith("#")) {
        prose.text.append(prose.bold(line.substring(line.indexOf(' ') + 1))).append('\n');
      } else if (code) {
        prose.text.append(line).append('\n');
      } else {
        paragraph.add(line.trim());
      }
    }
    prose.paragraph(paragraph);
    return prose.text.toString();
  }

  private String bold(String words) {
    return colour ? BOLD + words + PLAIN : words;
  }

  private void paragraph(List<String> lines) {
    if (lines.isEmpty()) {
      return;
    }
    String whole = String.join(" ", lines);
    quoted = false;
    boolean item = whole.startsWith(ITEM);
    String margin = item ? CODE : "  ";
    if (whole.startsWith("`") && whole.indexOf('`', 1) == whole.length() - 1) {
      text.append(CODE).append(bold(whole.substring(1, whole.length() - 1))).append('\n');
      return;
    }
    StringBuilder line = new StringBuilder(item ? "  - " : margin);
    int width = line.length();
    boolean first = true;
    for (String word : words(item ? whole.substring(ITEM.length()) : whole)) {
      int length = colour ? word.replace("`", "").length() : word.length();
      if (!first && width + 1 + length > columns) {
        text.append(line).append('\n');
        line.setLength(0);
        line.append(margin);
        width = margin.length();
        first = true;
      }
      if (!first) {
        line.append(' ');
        width++;
      }
      line.append(colour ? coloured(word) : word);
      width += length;
      first = false;
    }
    text.append(line).append('\n');
  }

  /** Splits a paragraph into words; text between back quotes is one word, unless it is too long. */
  private List<String> words(String paragraph) {
    List<String> words = new ArrayList<>();
    int from = 0;
    boolean inside = false;
    boolean kept = false;
    for (int i = 0; i <= paragraph.length(); i++) {
      boolean end = i == paragraph.length();
      if (!end && paragraph.charAt(i) == '`') {
        inside = !inside;
        kept = inside && paragraph.indexOf('`', i + 1) - i < columns / 2;
      }
      if (end || (paragraph.charAt(i) == ' ' && !kept)) {
        words.add(paragraph.substring(from, i));
        from = i + 1;
      }
    }
    return words;
  }

  private String coloured(String word) {
    StringBuilder out = new StringBuilder(quoted ? BOLD : "");
    for (int i = 0; i < word.length(); i++) {
      if (word.charAt(i) == '`') {
        quoted = !quoted;
        out.append(quoted ? BOLD : PLAIN);
      } else {
        out.append(word.charAt(i));
      }
    }
    return out.append(quoted ? PLAIN : "").toString();
  }
}
