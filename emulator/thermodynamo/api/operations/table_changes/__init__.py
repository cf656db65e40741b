"""The operations that change a table that is there: `update_table` and `delete_table`.

update_request, update_concerns            what is asked for, and which members go together
global_index_changes, index_change         global indexes of a live table
vector_index_changes                       vector indexes of a live table
throughput_change                          billing mode and throughput of a live table
change_admission, begun_jobs               what a table admits while it is busy, and with what it is then
replica_settings                           whether replicas may leave, and whether settings replicate
shared_change                              what is done to the other replicas of a global table
"""
