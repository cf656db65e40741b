"""The API under `/_admin`: what the emulator says of itself. JSON in and out.

application                             the Starlette application, on a Service
guard                                   who may ask: no page of another origin, no foreign Host
routes                                  heat, partitions and limits; clock; faults; indexes; streams; events
reports                                 what the routes answer with
live                                    what open pages are told each second
console, foresight                      pages for browsers: HTML, CSS and modules, no Python
metrics                                 Prometheus text under CloudWatch's names
sliced                                  long reports, made in slices
turning                                 turns the clock while requests go on
chosen_namespace                        the namespace that a request is about
json_body, json_reply, plain_text       bodies in and out
problem                                 errors: what is wrong, and a hint
"""
