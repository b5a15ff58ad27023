/** The library and the command on a JVM: system calls over java.lang.foreign. */
@NullMarked
package inuse.jvm;

import org.jspecify.annotations.NullMarked;
