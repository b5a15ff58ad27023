package inuse.cli;

import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;

/** What the command line says, before anything is done about it. */
sealed interface Arguments {
  /** Options and words. */
  record Given(CommandLine line) implements Arguments {
    boolean has(Option option) {
      return line.hasOption(option.word());
    }

    List<String> words() {
      return line.getArgList();
    }
  }

  /** Something that is no option. */
  record Wrong(String problem) implements Arguments {}

  /** Reads the command line by the table of options. */
  static Arguments parse(List<String> words) {
    Options options = new Options();
    for (Option option : Option.ALL) {
      options.addOption(
          org.apache.commons.cli.Option.builder(option.letter().isEmpty() ? null : option.letter())
              .longOpt(option.word())
              .get());
    }
    try {
      DefaultParser parser = DefaultParser.builder().setAllowPartialMatching(false).get();
      return new Given(parser.parse(options, words.toArray(new String[0])));
    } catch (ParseException problem) {
      return new Wrong(String.valueOf(problem.getMessage()));
    }
  }
}
