/** Other hosts are asked, over the user's own ssh. What they answer is not believed, only shown. */
@NullMarked
package inuse.cli.remote;

import org.jspecify.annotations.NullMarked;
