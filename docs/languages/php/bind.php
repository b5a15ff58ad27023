<?php
// [snippet]
$server = socket_create(AF_INET, SOCK_STREAM, SOL_TCP);
socket_set_option($server, SOL_SOCKET, SO_REUSEADDR, 1);
if (!socket_bind($server, "0.0.0.0", 8080) || !socket_listen($server)) {
    exit(1);
}
// [end]
echo "bound\n";
