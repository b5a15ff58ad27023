package inuse.java;

/**
 * What could not be looked at, and may be missing in the answer.
 *
 * @param what such as {@code /proc/1/fd}
 * @param why a word such as {@code denied}
 * @param remedy what would let it be seen
 */
public record Gap(String what, String why, String remedy) {}
