/** Programs found, their process trees followed and ended. */
@NullMarked
package inuse.run.process;

import org.jspecify.annotations.NullMarked;
