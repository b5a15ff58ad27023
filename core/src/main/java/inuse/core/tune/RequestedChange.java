package inuse.core.tune;

/** What somebody wants changed. */
public sealed interface Wish {
  /** These ports besides what is reserved already. */
  record Reserve(Ports ports) implements Wish {}

  /**
   * That value instead of what it is.
   *
   * @param value as we write it
   */
  record Assign(Setting setting, String value) implements Wish {}
}
