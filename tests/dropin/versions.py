"""What is installed to be tried."""

NPM = (
    "@aws-sdk/client-dynamodb@3.1162.0",
    "@aws-sdk/lib-dynamodb@3.1162.0",
    "@shelf/jest-dynamodb@3.5.0",
    "dynamodb-admin@5.3.3",
    "dynamodb-onetable@2.7.7",
    "jest@30.5.2",
)
PYPI = ("pytest-dynamodb==3.0.2",)
PYPI_OF_MEMORIES = ("crewai-memory-dynamodb==0.1.1", "langgraph-checkpoint-aws==1.2.6", "pytest")
