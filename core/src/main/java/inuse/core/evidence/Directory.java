package inuse.core.evidence;

/**
 * A directory, whatever it is called: paths differ between mount namespaces, and what is at one may
 * be swapped.
 *
 * @param major of the device that it is on
 * @param inode there
 */
public record Directory(long major, long minor, long inode) {}
