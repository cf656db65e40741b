"""Operations on the Kinesis destination of a table. What is sent there is the matter of `thermodynamo.deliveries`.

destination_summary   the table of a destination, and the reply, for the three operations that change one
stream_arns           whether an ARN can be that of a stream for a table
"""
