# [snippet]
{:ok, listener} = :gen_tcp.listen(8080, [:binary, reuseaddr: true])
# [end]
IO.puts("bound")
:gen_tcp.close(listener)
