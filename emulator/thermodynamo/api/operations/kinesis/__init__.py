"""Operations on the Kinesis destination of a table; what is sent there is the matter of `thermodynamo.deliveries`."""
