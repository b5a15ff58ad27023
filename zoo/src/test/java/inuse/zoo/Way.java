package inuse.zoo;

import java.util.List;

/** The two ways to run the same Java source. Every scenario is asked through both. */
enum Way {
  EXECUTABLE {
    @Override
    List<String> command() {
      return List.of(Programs.EXECUTABLE.toString());
    }
  },
  JAR {
    @Override
    List<String> command() {
      return Programs.JAVA_WITH_JAR;
    }
  };

  /** What stands before the arguments. */
  abstract List<String> command();
}
