/** A web server of Spring Boot. */
@NullMarked
package example;

import org.jspecify.annotations.NullMarked;
