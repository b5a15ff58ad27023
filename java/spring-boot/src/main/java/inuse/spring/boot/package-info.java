/** Spring Boot's failure report, with the holder of the port and the way out. */
@NullMarked
package inuse.spring.boot;

import org.jspecify.annotations.NullMarked;
