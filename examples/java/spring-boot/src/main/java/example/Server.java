package example;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** A web server on port 8080. */
@SpringBootApplication
public class Server {
  /** Starts it. */
  public static void main(String[] arguments) {
    SpringApplication.run(Server.class, arguments);
  }
}
