"""A client of the Model Context Protocol: starts ``kb-api mcp``, lists its tools and calls one."""

import asyncio
import os
import sys

from mcp import Client, StdioServerParameters

SERVER = StdioServerParameters(command=sys.executable, args=["-m", "kb_api.cli", "mcp"], env=dict(os.environ))
"""The same as the command ``kb-api mcp`` in the environment that this script runs in."""


async def ask(question: str) -> None:
    """Print the tools, and what one of them answers."""
    async with Client(SERVER) as client:
        tools = (await client.list_tools()).tools
        print("tools:", ", ".join(tool.name for tool in tools))
        result = await client.call_tool("answer", {"question": question})
        for part in result.content:
            print(getattr(part, "text", ""))


if __name__ == "__main__":
    asyncio.run(ask(" ".join(sys.argv[1:]) or "Does magnesium prevent muscle cramps?"))
