package inuse.zoo;

/** The contract's verdicts, mildest first, with the exit code of a question. */
enum VerdictAssert {
  FREE("free", 1),
  FREE_WITH_REUSEADDR("free-with-reuseaddr", 0),
  NOT_LOCAL("not-local", 0),
  DENIED("denied", 0),
  BLOCKED("blocked", 0),
  UNKNOWN("unknown", 3);

  final String word;
  final int exitCode;

  VerdictAssert(String word, int exitCode) {
    this.word = word;
    this.exitCode = exitCode;
  }

  static VerdictAssert of(String word) {
    for (VerdictAssert verdict : values()) {
      if (verdict.word.equals(word)) {
        return verdict;
      }
    }
    throw new AssertionError("no verdict of the contract: " + word);
  }
}
