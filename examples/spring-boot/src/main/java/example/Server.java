package example;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Says hello on port 8080. */
@SpringBootApplication
@RestController
public class Server {
  /** Starts it. */
  public static void main(String[] arguments) {
    SpringApplication.run(Server.class, arguments);
  }

  @GetMapping("/")
  String hello() {
    return "hello\n";
  }
}
