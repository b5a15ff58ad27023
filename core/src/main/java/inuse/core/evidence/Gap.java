package inuse.core.evidence;

/**
 * Something that was not looked at.
 *
 * @param remedy what would let it be seen
 */
public record Gap(String what, Reading.Why why, String remedy) {}
