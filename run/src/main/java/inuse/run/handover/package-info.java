/** Listening sockets passed from one run of a program to the next. */
@NullMarked
package inuse.run.handover;

import org.jspecify.annotations.NullMarked;
