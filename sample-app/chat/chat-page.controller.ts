import { Controller, Get, Header, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { createReadStream } from 'node:fs';
import { sampleFile } from '../files.js';
import { Public } from '../identity/index.js';

/** Everything comes from this server, and nothing is inline. */
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'";

/** The page with the chat. It is for everybody; what it asks for is not. */
@Public()
@ApiExcludeController()
@Controller('chat-page')
export class ChatPageController {
  @Get()
  @Header('Content-Security-Policy', policy)
  @Header('Content-Type', 'text/html; charset=utf-8')
  page(): StreamableFile {
    return file('chat.html');
  }

  @Get('chat.js')
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  script(): StreamableFile {
    return file('chat.js');
  }

  @Get('message-stream.js')
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  stream(): StreamableFile {
    return file('message-stream.js');
  }

  @Get('chat.css')
  @Header('Content-Type', 'text/css; charset=utf-8')
  style(): StreamableFile {
    return file('chat.css');
  }
}

function file(name: string): StreamableFile {
  return new StreamableFile(createReadStream(sampleFile('chat', 'page', name)));
}
