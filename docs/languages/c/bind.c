#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

int main(void) {
    /* [snippet] */
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(8080)};
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, SOMAXCONN) < 0) {
        perror("port 8080");
        return 1;
    }
    /* [end] */
    puts("bound");
    return 0;
}
