const net = require("net");

// [snippet]
const server = net.createServer();
server.on("error", (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
server.listen(8080, () => {
  console.log("bound");
});
// [end]
server.on("listening", () => server.close());
