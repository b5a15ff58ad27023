#!/usr/bin/env escript

main(_) ->
    %% [snippet]
    {ok, Listener} = gen_tcp:listen(8080, [binary, {reuseaddr, true}]),
    %% [end]
    io:format("bound~n"),
    gen_tcp:close(Listener).
